extension ScenarioLibrary {
  /// Partitions that need more than three nodes. The clients are slower, as there are more of them.
  static let fiveNodes = [
    """
    name: halves-5
    summary: Cut two of five nodes off, the leader among them, heal, kill and start the two.
    nodes: 5
    partition-handling: ignore
    workload: {name: queue, set: {publish-interval: 50ms, hold: 130ms}}
    tail: 12s
    steps:
      - at: 8s..10s
        fault: isolate
        target: half
      - after: 14s..15s
        fault: heal
      - after: 3s
        fault: kill
        target: step 0
      - after: 4s
        fault: start
        target: step 0
    expect: "mirrored:lost>0 quorum:lost=0"
    """,
    """
    name: bridge-5
    summary: Two pairs of nodes that see only n1, which sees all; heal, restart all but n1.
    # RabbitMQ makes more of it: a node that learns of the others through n1 drops n1 as well. So
    # the sides that are left are not known, and all but one node are killed.
    nodes: 5
    partition-handling: ignore
    workload: {name: queue, set: {publish-interval: 50ms, hold: 130ms}}
    tail: 12s
    steps:
      - at: 8s..10s
        fault: bridge
        target: n1
      - {after: 14s..15s, fault: heal}
      - {after: 3s, fault: kill, target: n2}
      - {after: 0s, fault: kill, target: n3}
      - {after: 0s, fault: kill, target: n4}
      - {after: 0s, fault: kill, target: n5}
      - {after: 4s, fault: start, target: n2}
      - {after: 0s, fault: start, target: n3}
      - {after: 0s, fault: start, target: n4}
      - {after: 0s, fault: start, target: n5}
    expect: "mirrored:lost>0 quorum:lost=0"
    """,
    """
    name: ring-5
    summary: Every node sees another majority; heal, restart all but n1.
    # As under bridge-5, which nodes see each other in the end is not known.
    nodes: 5
    partition-handling: ignore
    workload: {name: queue, set: {publish-interval: 50ms, hold: 130ms}}
    tail: 12s
    steps:
      - {at: 8s..10s, fault: ring}
      - {after: 14s..15s, fault: heal}
      - {after: 3s, fault: kill, target: n2}
      - {after: 0s, fault: kill, target: n3}
      - {after: 0s, fault: kill, target: n4}
      - {after: 0s, fault: kill, target: n5}
      - {after: 4s, fault: start, target: n2}
      - {after: 0s, fault: start, target: n3}
      - {after: 0s, fault: start, target: n4}
      - {after: 0s, fault: start, target: n5}
    expect: "mirrored:lost>0 quorum:lost=0"
    """,
  ]
}
