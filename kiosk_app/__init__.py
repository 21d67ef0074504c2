"""The appliance: what happens, in what order, for whom; no Qt, no device bytes, no SQL."""
