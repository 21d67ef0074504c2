"""The drawings of a licence on plain paper: frame, ground and roundel, made of formulas so that nobody's artwork is copied."""
