internal import DequeModule
internal import Environment

/// The publishes of one channel that the broker has not answered, in the order of their tags.
struct UnconfirmedPublishes: Sendable {
  /// How many tags may lie between the oldest unanswered publish and the newest one.
  static let maximumCount = 32_768
  /// How many mandatory publishes are remembered after their deadline.
  static let maximumExpired = 1024

  /// By what a return is recognised.
  struct Fingerprint: Hashable, Sendable {
    var exchange: String
    var routingKey: String
    var messageID: String?
    var body: [UInt8]
  }

  /// A publish that has come to its end.
  struct Completion {
    var token: UInt64
    var outcome: CommandOutcome
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
  private(set) var firstTag: UInt64 = 1

  /// The tag that the next publish gets.
  var nextTag: UInt64 { firstTag + UInt64(entries.count) }

  /// Whether no further publish may be written for now.
  var isFull: Bool { entries.count >= Self.maximumCount }

  /// The deadline of the oldest unanswered publish; later ones have later deadlines.
  var nextDeadline: Instant? { entries.first?.deadline }

  /// Numbers a publish that is being written.
  mutating func append(token: UInt64, deadline: Instant, fingerprint: Fingerprint?) -> UInt64 {
    defer {
      entries.append(Entry(token: token, deadline: deadline, fingerprint: fingerprint))
    }
    return nextTag
  }

  /// Settles one tag; nil if it is unknown, expired or settled before.
  mutating func settle(_ tag: UInt64, nacked: Bool) -> Completion? {
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
  mutating func expire(at now: Instant) -> [Completion] {
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
  mutating func abandon(_ reason: LossReason) -> [Completion] {
    defer {
      firstTag = nextTag
      entries = []
    }
    return entries.lazy.filter { !$0.isSettled }
      .map { Completion(token: $0.token, outcome: .indefinite(.lost(reason))) }
  }

  /// Ties a return to its publish; nil unless that is certain.
  mutating func note(_ arguments: ReturnArguments, of fingerprint: Fingerprint) -> UInt64? {
    var candidates: [Int] = []
    for index in entries.indices where entries[index].fingerprint == fingerprint {
      if case .certain = entries[index].returned { continue }
      candidates.append(index)
    }
    if candidates.count == 1, !hasForgotten, !expired.contains(fingerprint) {
      entries[candidates[0]].returned = .certain(arguments)
      return firstTag + UInt64(candidates[0])
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
