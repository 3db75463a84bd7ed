"""Real systems, one folder each; `facts` says what a live look would show and what it takes."""
