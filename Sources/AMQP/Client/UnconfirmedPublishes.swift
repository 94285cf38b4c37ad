internal import DequeModule
package import Environment

/// The publishes of one channel that the broker has not answered, in the order of their tags.
package struct UnconfirmedPublishes: Sendable {
  /// How many tags may lie between the oldest unanswered publish and the newest one.
  package static let maximumCount = 32_768
  /// How many mandatory publishes are remembered after their deadline.
  static let maximumExpired = 1024

  /// By what a return is recognised.
  package struct Fingerprint: Hashable, Sendable {
    var exchange: String
    var routingKey: String
    var messageID: String?
    var body: [UInt8]

    /// What a return carries of the message.
    package init(exchange: String, routingKey: String, messageID: String?, body: [UInt8]) {
      self.exchange = exchange
      self.routingKey = routingKey
      self.messageID = messageID
      self.body = body
    }
  }

  /// A publish that has come to its end.
  package struct Completion: Sendable {
    /// The publish.
    package var token: UInt64
    /// Its outcome.
    package var outcome: CommandOutcome
  }

  private enum Return: Sendable {
    case none
    case certain(ReturnArguments)
    case ambiguous
  }

  private struct Entry: Sendable {
    var token: UInt64
    var deadline: Instant
    var isSettled = false
    var fingerprint: Fingerprint?
    var returned = Return.none
  }

  private var entries: Deque<Entry> = []
  private var expired: Deque<Fingerprint> = []
  private var hasForgotten = false
  /// The tag of the oldest entry, which is never settled; the next tag if there is none.
  package private(set) var firstTag: UInt64 = 1

  /// Nothing published yet.
  package init() {}

  /// The tag that the next publish gets.
  package var nextTag: UInt64 { firstTag + UInt64(entries.count) }

  /// Whether no further publish may be written for now.
  package var isFull: Bool { entries.count >= Self.maximumCount }

  /// The deadline of the oldest unanswered publish; later ones have later deadlines.
  package var nextDeadline: Instant? { entries.first?.deadline }

  /// Numbers a publish that is being written.
  package mutating func append(token: UInt64, deadline: Instant, fingerprint: Fingerprint?)
    -> UInt64
  {
    defer {
      entries.append(Entry(token: token, deadline: deadline, fingerprint: fingerprint))
    }
    return nextTag
  }

  /// Settles one tag; nil if it is unknown, expired or settled before.
  package mutating func settle(_ tag: UInt64, nacked: Bool) -> Completion? {
    guard tag >= firstTag, tag < nextTag else { return nil }
    let index = Int(tag - firstTag)
    guard !entries[index].isSettled else { return nil }
    let completion = Completion(
      token: entries[index].token,
      outcome: Self.outcome(of: entries[index].returned, nacked: nacked))
    entries[index].isSettled = true
    entries[index].fingerprint = nil
    trim()
    return completion
  }

  /// Gives up the publishes whose deadline has come.
  package mutating func expire(at now: Instant) -> [Completion] {
    var completions: [Completion] = []
    while let first = entries.first, first.deadline <= now {
      remember(first.fingerprint)
      completions.append(Completion(token: first.token, outcome: .indefinite(.timeout)))
      removeFirst()
      trim()
    }
    return completions
  }

  /// Gives up all publishes.
  package mutating func abandon(_ reason: LossReason) -> [Completion] {
    defer {
      firstTag = nextTag
      entries = []
    }
    return entries.lazy.filter { !$0.isSettled }
      .map { Completion(token: $0.token, outcome: .indefinite(.lost(reason))) }
  }

  /// Ties a return to its publish and gives back that one's token; nil unless that is certain.
  package mutating func note(_ arguments: ReturnArguments, of fingerprint: Fingerprint) -> UInt64? {
    var candidates: [Int] = []
    for index in entries.indices where entries[index].fingerprint == fingerprint {
      if case .certain = entries[index].returned { continue }
      candidates.append(index)
    }
    if candidates.count == 1, !hasForgotten, !expired.contains(fingerprint) {
      entries[candidates[0]].returned = .certain(arguments)
      return entries[candidates[0]].token
    }
    for index in candidates { entries[index].returned = .ambiguous }
    return nil
  }

  private static func outcome(of returned: Return, nacked: Bool) -> CommandOutcome {
    switch returned {
    case _ where nacked: .indefinite(.nacked)
    case .none: .ok(.confirmed)
    case .certain(let arguments):
      .failed(.returned(replyCode: arguments.replyCode, replyText: arguments.replyText))
    case .ambiguous: .indefinite(.ambiguousReturn)
    }
  }

  private mutating func remember(_ fingerprint: Fingerprint?) {
    guard let fingerprint else { return }
    expired.append(fingerprint)
    if expired.count > Self.maximumExpired {
      expired.removeFirst()
      hasForgotten = true
    }
  }

  private mutating func trim() {
    while let first = entries.first, first.isSettled { removeFirst() }
  }

  private mutating func removeFirst() {
    entries.removeFirst()
    firstTag += 1
  }
}
