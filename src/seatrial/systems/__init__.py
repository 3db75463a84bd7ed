"""Real systems, one folder each. `facts` is data: what a live look would show, and what it takes."""
