"""What changes with the protocol: amendments compared, thresholds swept, near misses, the best few amendments."""
