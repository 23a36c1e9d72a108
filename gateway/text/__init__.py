"""The texts and what they cost: GSM arithmetic, wording of alerts, estimates."""
