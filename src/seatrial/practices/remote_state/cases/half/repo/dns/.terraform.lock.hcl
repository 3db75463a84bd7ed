# locked
