"""How answers leave the web server: compressed, with static files by hash, on a large stack."""
