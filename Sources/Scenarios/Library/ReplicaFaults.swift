extension ScenarioLibrary {
  /// What operators do to the replicas of queues while clients use them.
  static let replicaFaults = [
    """
    name: transfer-leader
    summary: Move the leaders of the mirrored and the quorum queue to another replica.
    tail: 12s
    steps:
      - at: 8s..10s
        fault: transfer-leader
        queues: mirrored
        target: mirror of mirrored
      - after: 5s
        fault: transfer-leader
        queues: quorum
        target: mirror of quorum
    expect: "quorum:lost=0"
    """,
    """
    name: mirrors-under-load
    summary: Add mirrors to a queue in use, synchronise them, move the leader to one of them.
    mirroring: {replicas: 1, sync: manual, promote: always}
    tail: 12s
    steps:
      - at: 8s..10s
        fault: set-mirroring
        mirroring: {replicas: 0, sync: manual, promote: always}
      - after: 4s
        fault: synchronise
      - after: 8s
        fault: transfer-leader
        queues: mirrored
        target: mirror of mirrored
    expect: "quorum:lost=0"
    """,
  ]
}
