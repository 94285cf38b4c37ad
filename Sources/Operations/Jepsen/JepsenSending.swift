/// Follows sessions to tell from when on the broker can have sent what they received.
///
/// That is the latest of: the start of the consumer, the publish of the message, the ack that made
/// room for it where the prefetch is known, and all of these for everything that the session
/// received before, since a channel keeps its order.
struct JepsenSending: Sendable {
  private struct Session: Sendable {
    var client: ClientID?
    /// Nothing that will be received was sent earlier.
    var sentAfter = Int64.min
    var pushed = 0
    var outstanding: [UInt64] = []
    /// When each settled delivery was settled.
    var settledAt: [Int64] = []
  }

  private let prefetch: Int?
  private var sessions: [SessionID: Session] = [:]
  private var consumes: [OperationID: Int64] = [:]
  private var publishedAt: [MessageID: Int64] = [:]

  init(prefetch: Int?) {
    self.prefetch = prefetch
  }

  /// Whose session it is; nil if the history does not open it.
  func client(of session: SessionID) -> ClientID? { sessions[session]?.client }

  mutating func observe(_ opening: SessionOpening, at: Int64) {
    sessions[opening.session, default: Session()].client = opening.client
    raise(opening.session, to: at)
  }

  mutating func observe(_ invocation: Invocation, at: Int64) {
    switch invocation.action {
    case .publish(let message): publishedAt[message] = at
    case .consume: consumes[invocation.operation] = at
    case .get, .take, .drain: break
    }
  }

  mutating func observe(_ written: Written) {
    guard let at = consumes.removeValue(forKey: written.operation),
      sessions[written.session]?.pushed ?? 0 == 0
    else { return }
    raise(written.session, to: at)
  }

  mutating func observe(_ settlement: Settlement, at: Int64) {
    guard prefetch != nil, var session = sessions[settlement.session] else { return }
    sessions[settlement.session] = nil
    let count = session.outstanding.count
    session.outstanding.removeAll { tag in
      tag == settlement.tag
        || settlement.multiple && (settlement.tag == 0 || tag < settlement.tag)
    }
    let settled = count - session.outstanding.count
    session.settledAt.append(contentsOf: repeatElement(at, count: settled))
    sessions[settlement.session] = session
  }

  /// Notes what a get brought, which was asked for at `sentAfter`.
  mutating func note(_ receipt: Receipt, sentAfter: Int64) {
    raise(receipt.session, to: sentAfter)
    if let at = publishedAt[receipt.message] { raise(receipt.session, to: at) }
  }

  /// From when on the broker can have pushed what was received at `at`.
  mutating func begin(of receipt: Receipt, at: Int64) -> Int64 {
    if let published = publishedAt[receipt.message] { raise(receipt.session, to: published) }
    var session = sessions[receipt.session] ?? Session()
    sessions[receipt.session] = nil
    session.pushed += 1
    if let prefetch {
      session.outstanding.append(receipt.tag)
      let room = session.pushed - prefetch - 1
      if room >= 0, room < session.settledAt.count {
        session.sentAfter = max(session.sentAfter, session.settledAt[room])
      }
    }
    let from = session.sentAfter == .min ? at : min(at, session.sentAfter)
    sessions[receipt.session] = session
    return from
  }

  private mutating func raise(_ session: SessionID, to at: Int64) {
    sessions[session, default: Session()].sentAfter = max(
      sessions[session]?.sentAfter ?? .min, at)
  }
}
