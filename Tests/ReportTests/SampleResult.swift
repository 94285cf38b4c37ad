import Environment
import Harness
@testable import Judging
import Operations

@testable import Report

/// A comparison as the losing schedule gives it, with everything that a report can show.
enum SampleResult {
  static let compare = CompareResult(control: control, run: faulted)

  static let files = [
    ReportFile("runs/2025-01-31-losing-1/report.md", about: "this report with all its evidence"),
    ReportFile("runs/2025-01-31-losing-1/results.json", about: "the same for programs"),
    ReportFile("runs/2025-01-31-losing-1/history.stoat", about: "every event of the run"),
  ]

  static let faulted = RunResult(
    identity: identity("losing", seconds: 214), cluster: cluster,
    schedule: PlannedSchedule(
      FaultSchedule(
        name: "losing",
        steps: [
          FaultStep(
            id: FaultID(0), at: .seconds(5), fault: .partition(.isolate(.leader(.mirrored)))),
          FaultStep(id: FaultID(1), at: .seconds(19), fault: .heal(nil)),
          FaultStep(id: FaultID(2), at: .seconds(22), fault: .kill(.sameAs(FaultID(0)))),
          FaultStep(id: FaultID(3), at: .seconds(26), fault: .start(.sameAs(FaultID(0)))),
        ])),
    environment: [
      EnvironmentSetting("erlang", "25.2.3"), EnvironmentSetting("kernel", "Linux 6.1 | x86_64"),
    ],
    queues: [plain, mirrored, quorum], timeline: timeline,
    warnings: [
      RunWarning(.selfWatch, "the recording loop was 180 ms late once (bound 500 ms)")
    ],
    reproduce: "stoat compare --system rabbitmq --schedule losing --seed 1")

  static let control = RunResult(
    identity: identity("control", seconds: 31), cluster: cluster,
    schedule: PlannedSchedule(name: "none", steps: []),
    queues: [
      queue(
        0, .plain, required: [.atLeastOnce], findings: [finding(0, .atLeastOnce, .held)],
        counts(0, confirmed: 812)),
      queue(
        1, .mirrored, required: [.atLeastOnce], findings: [finding(1, .atLeastOnce, .held)],
        counts(1, confirmed: 809)),
      queue(
        2, .quorum, required: [.atLeastOnce], findings: [finding(2, .atLeastOnce, .held)],
        counts(2, confirmed: 811)),
    ],
    reproduce: "stoat compare --system rabbitmq --schedule losing --seed 1")

  static let cluster = ClusterPlan(
    nodes: 3, partitionHandling: .ignore, netTick: .seconds(5), bootDeadline: .seconds(90))

  static func identity(_ name: String, seconds: Int) -> RunIdentity {
    RunIdentity(
      name: name, seed: 1, systemName: "rabbitmq", systemVersion: "3.10.8",
      directory: "runs/2025-01-31-\(name)-1", planDigest: "9f86d081884c7d65",
      startedAtUnixNanoseconds: 1_738_314_300_000_000_000, duration: .seconds(seconds))
  }

  static func queue(
    _ id: UInt32, _ kind: QueueKind, required: [Guarantee], findings: [Finding],
    _ measures: [Measure]
  ) -> QueueResult {
    QueueResult(
      description: QueueDescription(id: QueueID(id), name: "stoat-\(kind.rawValue)", kind: kind),
      required: required, findings: findings, measures: measures)
  }

  static func finding(
    _ queue: UInt32, _ guarantee: Guarantee, _ judgement: Judgement, violations: Int = 0,
    witnesses: [Witness] = []
  ) -> Finding {
    Finding(
      guarantee: guarantee, queue: QueueID(queue), judgement: judgement, violations: violations,
      witnesses: witnesses)
  }

  static func counts(
    _ queue: UInt32, attempts: Int? = nil, confirmed: Int, lost: Int = 0, recovered: Int = 0,
    vanished: Int = 0, refused: Int = 0, unflagged: Int = 0, redelivered: Int = 0
  ) -> [Measure] {
    let figures: [(MeasureName, Int)] = [
      (.attempts, attempts ?? confirmed), (.confirmed, confirmed), (.delivered, confirmed - lost),
      (.lost, lost), (.recovered, recovered), (.vanished, vanished), (.refused, refused),
      (.returned, 0), (.undrained, 0), (.unflagged, unflagged), (.redelivered, redelivered),
      (.phantom, 0), (.outOfOrder, 0),
    ]
    return figures.map { Measure($0.0, queue: QueueID(queue), .count($0.1)) }
  }

  static func time(_ name: String, _ queue: UInt32, _ milliseconds: Int) -> Measure {
    Measure(MeasureKey(name), queue: QueueID(queue), .duration(.milliseconds(milliseconds)))
  }
}

extension SampleResult {
  static let plain = queue(
    0, .plain, required: [],
    findings: [
      finding(0, .atLeastOnce, .held), finding(0, .integrity, .held),
      finding(
        0, .boundedUnavailability, .violated, violations: 1,
        witnesses: [
          Witness(
            from: at(5.4), to: at(41.2),
            text: "no publish to stoat-plain succeeded from n2 and n3 while n1 was away")
        ]),
      finding(0, .exclusiveHold, .notExercised("no message was delivered twice")),
      finding(0, .eventualDrain, .held),
    ],
    counts(0, attempts: 2040, confirmed: 1523, recovered: 3, vanished: 12, refused: 502)
      + [
        time("longest-unavailability", 0, 35_800), time("recovery-heal-1", 0, 350),
        Measure(
          .recovery(.start, FaultID(3), node: nil), queue: QueueID(0),
          .absent("nothing was offered")),
      ])

  static let mirrored = queue(
    1, .mirrored, required: [.atLeastOnce, .integrity, .eventualDrain],
    findings: [
      finding(1, .atLeastOnce, .violated, violations: 97, witnesses: lostWitnesses),
      finding(1, .integrity, .held),
      finding(
        1, .flaggedRedelivery, .violated, violations: 85,
        witnesses: [
          Witness(
            message: MessageID(client: ClientID(3), sequence: 17), from: at(4.9), to: at(20.1),
            text: "message 3.17 came to a consumer on n1 and again, unmarked, to one on n2")
        ]),
      finding(1, .boundedUnavailability, .held),
      finding(1, .exclusiveHold, .unknown("the consumers' connections were lost at the same time")),
      finding(1, .eventualDrain, .held),
    ],
    counts(
      1, attempts: 2040, confirmed: 2030, lost: 97, recovered: 2, vanished: 8, unflagged: 85,
      redelivered: 12)
      + [
        Measure(.overlappingHolds, queue: QueueID(1), .count(61)),
        Measure(.other("median-latency"), queue: QueueID(1), .duration(.microseconds(1730))),
        time("longest-unavailability", 1, 5_310), time("recovery-heal-1", 1, 12),
        time("recovery-start-3", 1, 1_240), time("longest-unavailability-n2", 1, 4_980),
      ])

  static let quorum = queue(
    2, .quorum, required: [.atLeastOnce, .integrity, .flaggedRedelivery, .eventualDrain],
    findings: [
      finding(2, .atLeastOnce, .held), finding(2, .integrity, .held),
      finding(2, .flaggedRedelivery, .held), finding(2, .boundedUnavailability, .held),
      finding(2, .exclusiveHold, .notExercised("no message was delivered twice")),
      finding(2, .eventualDrain, .held),
    ],
    counts(2, attempts: 2040, confirmed: 2011, recovered: 21, vanished: 8, redelivered: 30)
      + [
        time("longest-unavailability", 2, 10_600), time("recovery-heal-1", 2, 120),
        time("recovery-start-3", 2, 2_050), Measure(.nacked, queue: QueueID(2), .count(7)),
      ])

  private static let lostWitnesses = [
    Witness(
      message: MessageID(client: ClientID(3), sequence: 210), operations: [OperationID(911)],
      from: at(16.2), to: at(71),
      text: "message 3.210 was confirmed by n1 at 16.2 s, while n1 was cut off, and was on no "
        + "replica when the queue was proved empty at 71.0 s"),
    Witness(
      message: MessageID(client: ClientID(3), sequence: 211), operations: [OperationID(914)],
      from: at(16.3), to: at(71), text: "message 3.211 | as above"),
  ]

  /// Seconds since the run's origin; the load began at 0.8 s.
  static func at(_ seconds: Double) -> Instant {
    Instant(nanoseconds: Int64(seconds * 1e9))
  }

  private static var timeline: RunTimeline {
    var timeline = RunTimeline()
    for event in events { timeline.observe(event) }
    return timeline
  }

  private static let events: [TimedEvent] = [
    TimedEvent(at: at(0), .phase(.setup)),
    TimedEvent(
      at: at(0.5),
      .broker(BrokerEvent(kind: .leader, node: NodeID(1), queue: QueueID(1), detail: "at start"))),
    TimedEvent(at: at(0.8), .phase(.load)),
    fault(5.8, 0, "isolate", .began),
    fault(6.9, 0, "isolate", .proved, "4 of 4 links hold bytes back (61,440 bytes)"),
    fault(19.8, 1, "heal", .began),
    fault(19.9, 1, "heal", .proved, "0 of 4 links hold bytes back"),
    fault(22.8, 2, "kill", .began),
    fault(22.9, 2, "kill", .proved, "process 4711 is gone"),
    TimedEvent(at: at(23), .broker(BrokerEvent(kind: .nodeDown, node: NodeID(1)))),
    fault(26.8, 3, "start", .began),
    fault(41.2, 3, "start", .proved, "process 4890 accepts clients"),
    TimedEvent(
      at: at(41.2),
      .broker(BrokerEvent(kind: .bootRetried, node: NodeID(1), detail: "no port after 12 s"))),
    TimedEvent(at: at(45.8), .phase(.recovery)),
    TimedEvent(at: at(60), .phase(.drain)),
    TimedEvent(
      at: at(71), .broker(BrokerEvent(kind: .drained, queue: QueueID(1), detail: "3 replicas"))),
    TimedEvent(at: at(72), .phase(.done)),
  ]

  private static func fault(
    _ seconds: Double, _ id: UInt32, _ name: String, _ stage: FaultStage, _ detail: String = ""
  ) -> TimedEvent {
    let nodes = name == "heal" ? [] : [NodeID(1)]
    return TimedEvent(
      at: at(seconds),
      .fault(
        FaultEvent(fault: FaultID(id), name: name, stage: stage, nodes: nodes, detail: detail)))
  }
}

extension RunResult {
  /// A run of which these things are known.
  init(
    identity: RunIdentity, cluster: ClusterPlan, schedule: PlannedSchedule,
    environment: [EnvironmentSetting] = [], queues: [QueueResult],
    timeline: RunTimeline = RunTimeline(), warnings: [RunWarning] = [], reproduce: String
  ) {
    self.init(
      identity: identity, cluster: cluster, environment: environment,
      judgement: RunJudgement(
        queues: queues, schedule: schedule, timeline: timeline, warnings: warnings),
      reproduce: reproduce)
  }
}
