import Environment
import Harness
import Operations

/// What the ledger keeps about one queue: totals, proofs of emptiness and violations.
struct QueueLedger: Sendable {
  /// How the latest attempt to prove the queue empty ended.
  enum Drain: Sendable {
    case never
    case proved
    /// `isOpen` says whether not everybody could be asked, so that the queue may have been empty;
    /// nil if that is not known.
    case failed(at: Instant, isOpen: Bool?, detail: String)
  }
  /// The most proofs of emptiness in one history; a message's epochs are one byte each.
  static let maximumProofs = 255

  let description: QueueDescription
  var totals: LedgerTotals
  /// When the queue was proved empty, in nanoseconds, in order.
  private(set) var proofs: [Int64] = []
  private(set) var drain = Drain.never
  /// What may have taken messages that nobody saw.
  var doubt = TakenInDoubt()

  var lost: ViolationLog
  var dropped: ViolationLog
  var integrity: ViolationLog
  var unflagged: ViolationLog
  var resurrected: ViolationLog
  var deliveredAfterAck: ViolationLog
  var overlaps: ViolationLog
  var outOfOrder: ViolationLog
  var lostLetters: ViolationLog
  /// What looks like a missing flag or a double hold, and may be a message that was moved twice.
  var repeatedLetters: ViolationLog
  var letterOverlaps: ViolationLog

  init(queue: QueueDescription, witnessLimit: Int) {
    description = queue
    totals = LedgerTotals(queue: queue.id)
    let log = ViolationLog(limit: witnessLimit)
    (lost, dropped, integrity, unflagged) = (log, log, log, log)
    (resurrected, deliveredAfterAck, overlaps, outOfOrder) = (log, log, log, log)
    (lostLetters, repeatedLetters, letterOverlaps) = (log, log, log)
  }

  var epoch: UInt8 { UInt8(proofs.count) }

  mutating func prove(at: Instant) throws(CheckerFailure) {
    guard proofs.count < Self.maximumProofs else {
      throw CheckerFailure("queue \(description.name) is proved empty too often to follow")
    }
    proofs.append(at.nanoseconds)
    drain = .proved
  }

  mutating func giveUp(at: Instant, isOpen: Bool?, detail: String) {
    drain = .failed(at: at, isOpen: isOpen, detail: detail)
  }

  /// The first proof of emptiness at or after an instant (in nanoseconds), leaving out the first so
  /// many.
  func proof(notBefore instant: Int64, leavingOut count: Int) -> Int64? {
    proofs.dropFirst(count).first { $0 >= instant }
  }

  /// The number of the first proof of emptiness that surely came after `instant`.
  func firstProof(after instant: Instant) -> Int? {
    proofs.firstIndex { $0 > instant.nanoseconds }
  }

  /// How many proofs of emptiness surely came before `instant`.
  func proofs(before instant: Instant) -> Int {
    proofs.lastIndex { $0 < instant.nanoseconds }.map { $0 + 1 } ?? 0
  }
}
