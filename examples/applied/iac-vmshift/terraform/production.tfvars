node_type = "g6-standard-4"
