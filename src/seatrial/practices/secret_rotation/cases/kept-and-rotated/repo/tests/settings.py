PASSWORD = "hunter2-of-the-tests"
