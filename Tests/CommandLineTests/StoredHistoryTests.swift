import Hosts
import Environment
import Operations
import Store
import Testing
import TestSupport

/// Histories on disk, as `stoat check` and `stoat export` meet them.
@Suite struct StoredHistoryTests {
  private let scratch: ScratchDirectory

  init() throws {
    scratch = try ScratchDirectory()
  }

  /// A history in which each of `count` messages is published, confirmed, delivered and settled,
  /// and `lost` more are confirmed only.
  private func write(_ name: String, count: UInt32, lost: UInt32 = 0, end: Bool = true) throws
    -> String
  {
    let header = HistoryHeader(
      name: "made", seed: 3, system: "none", originUnixNanoseconds: 0, nodes: [NodeID(1)],
      queues: [QueueDescription(id: QueueID(0), name: "q", kind: .quorum)],
      clients: [
        ClientDescription(id: ClientID(0), role: .publisher, node: NodeID(1), queue: QueueID(0)),
        ClientDescription(id: ClientID(1), role: .consumer, node: NodeID(1), queue: QueueID(0)),
      ])
    let writer = try HistoryWriter(path: scratch.file(name), header: header)
    var now = Instant.zero
    func record(_ event: Event) {
      now = now + .microseconds(1)
      writer.record(TimedEvent(at: now, event))
    }
    for client in 0..<2 as Range<UInt32> {
      record(
        .sessionOpened(
          SessionOpening(session: SessionID(client), client: ClientID(client), node: NodeID(1))))
    }
    record(.phase(.load))
    for number in 0..<(count + lost) {
      let message = MessageID(client: ClientID(0), sequence: number)
      let operation = OperationID(number)
      let tag = UInt64(number) + 1
      record(
        .invoked(
          Invocation(
            operation: operation, client: ClientID(0), queue: QueueID(0),
            action: .publish(message))))
      record(.written(Written(operation: operation, session: SessionID(0), sequence: tag)))
      record(
        .answered(
          ConfirmAnswer(session: SessionID(0), sequence: tag, multiple: false, positive: true)))
      record(.completed(operation, .ok(.confirmed)))
      guard number < count else { continue }
      let receipt = Receipt(
        session: SessionID(1), tag: tag, message: message, redelivered: false)
      record(.delivered(Delivery(queue: QueueID(0), receipt: receipt)))
      record(
        .settled(Settlement(session: SessionID(1), tag: tag, multiple: false, kind: .ack)))
    }
    record(.phase(.drain))
    record(.broker(BrokerEvent(kind: .drained, queue: QueueID(0))))
    if end { record(.phase(.done)) }
    try writer.close()
    return scratch.file(name)
  }

  @Test func aCleanHistoryIsValid() async throws {
    let result = try await StoatProgram.run(["check", write("good", count: 500)])
    #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
    #expect(result.output.contains("Verdict: valid"))
  }

  @Test func aLostMessageIsInvalidAndNamed() async throws {
    let result = try await StoatProgram.run(["check", write("bad", count: 500, lost: 3)])
    #expect(result.ending == .exited(1), "\(result.output)\(result.errors)")
    #expect(result.output.contains("message 0.500"), "\(result.output)")
  }

  @Test func anUnfinishedHistoryIsUnknown() async throws {
    let result = try await StoatProgram.run(["check", write("open", count: 500, end: false)])
    #expect(result.ending == .exited(2), "\(result.output)\(result.errors)")
  }

  @Test func jsonlIsReadLikeTheBinary() async throws {
    let binary = try write("bad", count: 500, lost: 3)
    let lines = scratch.file("bad.jsonl")
    let exported = try await StoatProgram.run(["export", binary, lines])
    #expect(exported.succeeded, "\(exported.errors)")
    let result = try await StoatProgram.run(["check", lines])
    #expect(result.ending == .exited(1), "\(result.output)\(result.errors)")
    #expect(result.output.contains("message 0.500"))
  }

  /// A copy has no mark of what is missing, so that it would be judged as if nothing were.
  @Test func aTruncatedHistoryIsExportedOnRequestOnly() async throws {
    let bytes = try SmallFile.read(write("cut", count: 5_000))
    let path = scratch.file("cut.torn")
    try SmallFile.replace(path, with: Array(bytes.dropLast(bytes.count / 10)))
    let copy = scratch.file("cut.jsonl")
    let refused = try await StoatProgram.run(["export", path, copy])
    #expect(refused.ending == .exited(65), "\(refused.output)\(refused.errors)")
    #expect(throws: StoreError.self) { try SmallFile.read(copy) }
    let partial = try await StoatProgram.run(["export", path, copy, "--partial"])
    #expect(partial.succeeded && partial.errors.contains("not whole"), "\(partial.errors)")
  }

  @Test func aTruncatedHistoryNamesItsBlockAndIsCheckedOnRequest() async throws {
    let bytes = try SmallFile.read(write("whole", count: 50_000))
    let path = scratch.file("torn")
    try SmallFile.replace(path, with: Array(bytes.dropLast(bytes.count / 10)))
    let result = try await StoatProgram.run(["check", path])
    #expect(result.ending == .exited(65), "\(result.output)\(result.errors)")
    #expect(result.errors.contains("block"), "\(result.errors)")
    #expect(!result.output.contains("Verdict"))
    let partial = try await StoatProgram.run(["check", "--partial", path])
    #expect(partial.ending == .exited(2), "\(partial.output)\(partial.errors)")
    #expect(partial.output.contains("Verdict: unknown"), "\(partial.output)")
  }

  @Test func aDamagedHistoryIsCorruptAndNamesItsBlock() async throws {
    var bytes = try SmallFile.read(write("whole", count: 500))
    bytes[bytes.count / 2] ^= 0x10
    let path = scratch.file("damaged")
    try SmallFile.replace(path, with: bytes)
    let result = try await StoatProgram.run(["check", path])
    #expect(result.ending == .exited(65), "\(result.output)\(result.errors)")
    #expect(result.errors.contains("block"), "\(result.errors)")
  }

  @Test func aForeignFileIsCorruptAndNamesItsLine() async throws {
    let text = try scratch.write("foreign.jsonl", "{\"hello\": \"world\"}\n")
    let result = try await StoatProgram.run(["check", text])
    #expect(result.ending == .exited(65), "\(result.errors)")
    #expect(result.errors.contains("line 1"), "\(result.errors)")
    let binary = try scratch.write("foreign.stoat", "SQLite format 3")
    let other = try await StoatProgram.run(["check", binary])
    #expect(other.ending == .exited(65), "\(other.errors)")
    #expect(other.errors.contains("foreign.stoat"), "\(other.errors)")
  }
}
