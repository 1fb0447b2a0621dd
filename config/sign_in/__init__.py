"""Sign-in: passwords, codes and passkeys (allauth), directories by OpenID Connect and SAML."""
