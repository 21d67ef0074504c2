"""Who is this? card + face + liveness -> IdentityEvidence."""
