"""Who acts: posts, functions, invitations, links to sign in."""
