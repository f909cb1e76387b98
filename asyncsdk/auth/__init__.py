"""Authentication: tokens, grants, the token endpoint, the token source and the token stores."""
