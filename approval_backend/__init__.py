"""The central office: catalogue, intake, machine review, e-licences and their public verification."""
