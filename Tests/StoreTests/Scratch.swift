import Environment
import Glibc
import Operations
import Testing

/// A directory of one test, which is removed with all its files.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/stoat-test-XXXXXX".utf8CString)
    path = try #require(
      template.withUnsafeMutableBufferPointer { room in
        room.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
      })
  }

  deinit {
    Self.delete(path)
  }

  private static func delete(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { delete(path + "/" + name) }
      }
      closedir(directory)
    }
    remove(path)
  }

  func file(_ name: String) -> String { path + "/" + name }
}

/// Makes the events of a test: numbered, so that a missing or doubled one shows.
enum Numbered {
  static let header = HistoryHeader(
    name: "store", seed: 7, system: "none", originUnixNanoseconds: 1, nodes: [NodeID(1)],
    queues: [QueueDescription(id: QueueID(0), name: "q", kind: .quorum)],
    clients: [
      ClientDescription(id: ClientID(0), role: .publisher, node: NodeID(1), queue: QueueID(0))
    ])

  /// Event `index`; every kind of encoding occurs, and strings too, and nothing contradicts itself.
  static func event(_ index: Int) -> TimedEvent {
    let number = UInt32(index)
    let at = Instant(nanoseconds: Int64(index) * 1_000)
    if index < 7 {
      let session = index == 0 ? 90_000 : number
      return TimedEvent(
        at: at,
        .sessionOpened(
          SessionOpening(session: SessionID(session), client: ClientID(0), node: NodeID(1))))
    }
    let event: Event =
      switch index % 7 {
      case 0:
        .invoked(
          Invocation(
            operation: OperationID(number), client: ClientID(0), queue: QueueID(0),
            action: .publish(MessageID(client: ClientID(0), sequence: number))))
      case 1:
        .written(
          Written(
            operation: OperationID(number - 1), session: SessionID(3), sequence: UInt64(index)))
      case 2:
        .answered(
          ConfirmAnswer(
            session: SessionID(3), sequence: UInt64(index), multiple: true, positive: true))
      case 3: .completed(OperationID(number - 3), .ok(.confirmed))
      case 4:
        .delivered(
          Delivery(
            queue: QueueID(0),
            receipt: Receipt(
              session: SessionID(90_000), tag: UInt64(index),
              message: MessageID(client: ClientID(0), sequence: number), redelivered: false)))
      case 5:
        .settled(
          Settlement(session: SessionID(4), tag: UInt64(index), multiple: false, kind: .requeue))
      default: .broker(BrokerEvent(kind: .logged, node: NodeID(1), detail: "seen \(index)"))
      }
    return TimedEvent(at: at, event)
  }

  static func events(_ count: Int) -> [TimedEvent] { (0..<count).map(event) }
}

/// Waits until `condition` holds, for 20 seconds at most.
func eventually(_ condition: () throws -> Bool) throws -> Bool {
  let clock = MonotonicClock()
  let deadline = Deadline(after: .seconds(20), from: .zero)
  while !deadline.hasPassed(at: clock.now()) {
    if try condition() { return true }
    usleep(2_000)
  }
  return false
}
