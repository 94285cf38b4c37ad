extension ScenarioLibrary {
  /// What happens between clients and nodes.
  static let clientFaults = [
    """
    name: reset-clients
    summary: Reset client connections while many publishes are unconfirmed.
    # Slow links around the leader make confirms late enough for many to be open at once.
    tail: 12s
    steps:
      - at: 6s..8s
        fault: slow-links
        target: leader of mirrored
        conditions: {delay: 150ms, jitter: 50ms}
      - when: 20 unconfirmed in mirrored
        delay: 1s
        within: 20s
        fault: reset-clients
        target: leader of mirrored
      - after: 5s
        fault: reset-clients
        target: all
      - after: 5s
        fault: heal
    expect: "quorum:lost=0"
    """,
    """
    name: cut-clients
    summary: Cut the leader's node off from its clients for 14 s.
    tail: 12s
    steps:
      - at: 8s..10s
        fault: cut-clients
        target: leader of mirrored
      - after: 14s
        fault: heal
    expect: "quorum:lost=0"
    """,
  ]
}
