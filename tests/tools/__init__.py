"""What measures the product: benchmarks, faults, scale and mutations, each run by hand."""
