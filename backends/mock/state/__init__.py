"""What the simulated host keeps: records, disk chains, and jobs."""
