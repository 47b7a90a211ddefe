"""What is fast is measured here, as ratios inside one run or as counts; nothing of it is a test."""
