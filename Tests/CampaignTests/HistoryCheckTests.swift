import Checkers
import Environment
import Harness
import Operations
import Report
import Store
import TestSupport
import Testing

@testable import Campaign
@testable import Judging

/// Single checkers over history files, with and without a plan.
@Suite struct HistoryCheckTests {
  private let scratch: ScratchDirectory
  private let directory: RunDirectory

  init() throws {
    scratch = try ScratchDirectory()
    directory = RunDirectory(existing: scratch.path)
  }

  private func line(_ name: String, _ text: String, _ checker: String = "ledger") throws
    -> CheckLine
  {
    let path = "\(directory.path)/\(name)"
    try SmallFile.replace(path, with: Array(text.utf8))
    let choices = try CheckerSuite.choices(named: [checker])
    let judged = try HistoryCheck(ofHistory: path).judged(for: choices)
    return judged.line(about: path, of: try #require(choices.first))
  }

  private static let jepsen = """
    {:process 0 :type :invoke :f :enqueue :value 70 :index 1}
    {:process 0 :type :ok :f :enqueue :value 70 :index 2}
    {:process 0 :type :invoke :f :enqueue :value 80 :index 3}
    {:process 0 :type :ok :f :enqueue :value 80 :index 4}

    """

  @Test func jepsenHistories() throws {
    let lost = try line(
      "lost.edn",
      Self.jepsen + """
        {:process 1 :type :invoke :f :drain :index 5}
        {:process 1 :type :ok :f :drain :value [70] :index 6}
        """)
    #expect(lost.verdict == .invalid && lost.message == "80")
    #expect(lost.witness?.operations == [OperationID(3)])
    #expect(lost.counts.prefix(8).map(\.name) == CheckLine.ledgerCounts.map(\.rawValue))
    #expect(lost.counts.contains { $0.name == "resurrected" && $0.value == nil })
    // Nothing tells which deliveries were flagged.
    #expect(lost.counts.prefix(8).map(\.value) == [2, 2, 1, 0, 0, 0, 0, nil])
    let whole =
      Self.jepsen + """
        {:process 1 :type :invoke :f :dequeue :index 5}
        {:process 1 :type :ok :f :dequeue :value 70 :index 6}
        {:process 1 :type :invoke :f :dequeue :index 7}
        {:process 1 :type :ok :f :dequeue :value 80 :index 8}
        """
    #expect(try line("valid.edn", whole).verdict == .valid, "nothing is missing")
    #expect(try line("open.edn", Self.jepsen).verdict == .unknown, "nobody looked")
    #expect(try line("empty.edn", "[]").verdict == .unknown)
    let confirms = try line("confirms.edn", whole, "confirm-protocol")
    #expect(confirms.verdict == .unknown && confirms.witness == nil)
    #expect(confirms.reasons == ["the history does not show what confirm-protocol judges"])
    #expect(try line("times.edn", whole, "availability").verdict == .unknown)
  }

  /// A history of one queue in which `lost` of the confirmed messages are never delivered.
  private func history(lost: Int) -> History {
    let header = HistoryHeader(
      name: "h", seed: 1, system: "none", originUnixNanoseconds: 0, nodes: [NodeID(1)],
      queues: [QueueDescription(id: QueueID(0), name: "q", kind: .quorum)],
      clients: [
        ClientDescription(id: ClientID(0), role: .publisher, node: NodeID(1), queue: QueueID(0))
      ])
    var events: [Event] = [
      .phase(.load),
      .sessionOpened(
        SessionOpening(session: SessionID(0), client: ClientID(0), node: NodeID(1))),
    ]
    for number in 0..<5 as Range<UInt32> {
      let message = MessageID(client: ClientID(0), sequence: number)
      events.append(
        .invoked(
          Invocation(
            operation: OperationID(number), client: ClientID(0), queue: QueueID(0),
            action: .publish(message))))
      events.append(.completed(OperationID(number), .ok(.confirmed)))
      guard number >= lost else { continue }
      let receipt = Receipt(
        session: SessionID(0), tag: UInt64(number) + 1, message: message, redelivered: false)
      events.append(.delivered(Delivery(queue: QueueID(0), receipt: receipt)))
      events.append(
        .settled(
          Settlement(session: SessionID(0), tag: receipt.tag, multiple: false, kind: .ack)))
    }
    events += [.broker(BrokerEvent(kind: .drained, queue: QueueID(0))), .phase(.done)]
    return History(
      header: header,
      events: events.enumerated().map {
        TimedEvent(at: Instant(nanoseconds: Int64($0) * 5_000), $1)
      })
  }

  @Test func ownHistoriesWithoutAPlan() throws {
    for (lost, verdict) in [(0, Verdict.valid), (2, .invalid)] {
      let text = String(decoding: history(lost: lost).lines, as: UTF8.self)
      let line = try line("lines.jsonl", text)
      #expect(line.verdict == verdict)
      #expect(line.message == (lost > 0 ? "0.0" : nil))
    }
  }

  @Test func aPlanSaysWhatIsRequired() throws {
    try SmallFile.replace(directory.history, with: history(lost: 2).encoded())
    var plan = PlanOptions().plan(describing: history(lost: 2).header)
    func verdict() throws -> Verdict? {
      try SmallFile.replace(directory.plan, with: Array(plan.canonicalText.utf8))
      let choices = try CheckerSuite.choices(named: ["ledger"])
      let check = try HistoryCheck(ofDirectory: directory.path)
      #expect(check.path == directory.path)
      let judged = try check.judged(for: choices)
      return judged.line(about: check.path, of: try #require(choices.first)).verdict
    }
    #expect(try verdict() == .invalid)
    plan.queues[0].required = [.integrity]
    #expect(try verdict() == .unknown, "the plan demands more confirmed messages")
    plan.criteria.minimumConfirmed = 5
    #expect(try verdict() == .valid)
    plan.queues[0].required = [.confirmProtocol]
    #expect(try verdict() == .invalid, "the plan requires nothing of this checker")
  }

  /// Else whatever happened to a queue that the plan does not name would be nobody's business.
  @Test func aPlanHasAllQueuesOfItsHistory() throws {
    try SmallFile.replace(directory.history, with: history(lost: 2).encoded())
    var plan = PlanOptions().plan(describing: history(lost: 2).header)
    plan.queues = []
    try SmallFile.replace(directory.plan, with: Array(plan.canonicalText.utf8))
    let error = #expect(throws: PlanError.self) { try HistoryCheck(ofDirectory: directory.path) }
    #expect(error?.description.hasPrefix("\(directory.plan): ") == true)
    try SmallFile.replace(directory.plan, with: Array("{".utf8))
    let broken = #expect(throws: PlanError.self) { try HistoryCheck(ofDirectory: directory.path) }
    #expect(broken?.description.hasPrefix("\(directory.plan): ") == true)
  }

  @Test func truncationIsTold() throws {
    let bytes = try history(lost: 0).encoded()
    let path = "\(directory.path)/torn.stoat"
    try SmallFile.replace(path, with: Array(bytes.dropLast(10)))
    let choices = try CheckerSuite.choices(named: ["ledger"])
    let judged = try HistoryCheck(ofHistory: path).judged(for: choices)
    #expect(judged.truncation != nil && judged.verdict == .unknown)
    #expect(judged.line(about: path, of: try #require(choices.first)).verdict == .unknown)
  }
}
