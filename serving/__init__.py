"""The scoring line, and the model as MLflow serves it."""
