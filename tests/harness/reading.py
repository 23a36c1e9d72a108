"""Prints how many years of school each English rights topic needs: `python -m tests.harness.reading`."""

from gateway.content_gates.reading_level import grade
from translations import load


def main() -> None:
    grades = {f"{topic.group}/{topic.slug}": grade(topic.body) for topic in load(["en"]).topics("en")}
    for name, years in sorted(grades.items(), key=lambda row: -row[1]):
        print(f"{years:4.1f}  {name}")
    print(f"{sum(grades.values()) / len(grades):4.1f}  mean of {len(grades)} topics")


if __name__ == "__main__":
    main()
