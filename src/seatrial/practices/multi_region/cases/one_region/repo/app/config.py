import os

AWS_REGION = "eu-west-1"
SQS_REGION = os.environ.get("SQS_REGION", "eu-west-1")
