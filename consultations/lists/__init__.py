"""Lists that the secretariat uploads, checked row by row; clashes of rooms; open invitations."""
