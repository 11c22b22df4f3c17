"""The monthly bulletin: who stands where, who lags and why, as it was signed."""
