"""The drawings of a licence on plain paper: frame, ground and roundel, made of formulas and copied from nobody."""
