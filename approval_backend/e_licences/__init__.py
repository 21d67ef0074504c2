"""The e-licence library: fixed-layout documents under the authority's electronic seal, and their metadata."""
