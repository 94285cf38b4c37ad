/// A property that a queue may promise and a checker can judge.
///
/// Definitions are in docs/checkers.md; the names are those of the command line. What reports and
/// excerpts need to know of it is in its row of `GuaranteeFacts`, below.
public enum Guarantee: String, Hashable, Sendable, CaseIterable {
  /// Every confirmed message is delivered by the end of a proved drain.
  case atLeastOnce = "at-least-once"
  /// Every confirmed message that left its queue by expiry or rejection is delivered from the
  /// queue of its dead letters; promised only by queues that have one.
  case deadLetters = "dead-letters"
  /// Nothing is delivered that nobody published, or whose publish certainly failed.
  case integrity
  /// Second and later deliveries of a message are flagged as redelivered.
  case flaggedRedelivery = "flagged-redelivery"
  /// Nothing is delivered after its ack was settled.
  case noResurrection = "no-resurrection"
  /// At most one consumer holds a message at any instant.
  case exclusiveHold = "exclusive-hold"
  /// First deliveries of one publisher to one consumer come in publishing order.
  case channelOrder = "channel-order"
  /// A consumer never holds more unsettled messages than its prefetch allows.
  case prefetch
  /// Every sequence number is answered exactly once, a return comes before its confirm.
  case confirmProtocol = "confirm-protocol"
  /// The longest span of offered and unsuccessful operations stays below the plan's bound.
  case boundedUnavailability = "bounded-unavailability"
  /// After the faults the queue can be emptied, and proved empty, within the plan's deadline.
  case eventualDrain = "eventual-drain"
  /// The broker logs no crash and no inconsistency of its own.
  case cleanLogs = "clean-logs"
  /// Publishes and dequeues are those of one first-in-first-out queue, each done at one instant.
  case linearizableFIFO = "linearizable-fifo"
  /// Publishes and dequeues are those of one unordered queue, each done at one instant.
  case linearizableBag = "linearizable-bag"
  /// A message's publish, deliveries, returns and ack can be put at instants in their order.
  case feasibleChains = "feasible-chains"
  /// Nothing is surely ready in a queue all the time in which it answers that it is empty.
  case emptyWhileReady = "empty-while-ready"
  /// A consumer that remembers what it has done does each confirmed message once, and none twice.
  case exactlyOnceEffect = "exactly-once-effect"
  /// A message that was given back goes where the broker's policy says; nothing overtakes another.
  case requeuePosition = "requeue-position"
  /// Once nothing moves any more all replicas of a queue hold the same number of messages.
  case replicasAgree = "replicas-agree"
}

extension Guarantee {
  /// What is known of it besides how it is judged.
  package var facts: GuaranteeFacts {
    switch self {
    case .atLeastOnce: .atLeastOnce
    case .deadLetters: .deadLetters
    case .integrity: .integrity
    case .flaggedRedelivery: .flaggedRedelivery
    case .noResurrection: .noResurrection
    case .exclusiveHold: .exclusiveHold
    case .channelOrder: .channelOrder
    case .prefetch: .prefetch
    case .confirmProtocol: .confirmProtocol
    case .boundedUnavailability: .boundedUnavailability
    case .eventualDrain: .eventualDrain
    case .cleanLogs: .cleanLogs
    case .linearizableFIFO: .linearizableFIFO
    case .linearizableBag: .linearizableBag
    case .feasibleChains: .feasibleChains
    case .emptyWhileReady: .emptyWhileReady
    case .exactlyOnceEffect: .exactlyOnceEffect
    case .requeuePosition: .requeuePosition
    case .replicasAgree: .replicasAgree
    }
  }
}

extension GuaranteeFacts {
  fileprivate static let atLeastOnce = GuaranteeFacts(
    promise: "every confirmed message is delivered",
    violation: "# confirmed message was never delivered, or gone before a consumer had "
      + "acknowledged it, when the queue was proved empty.",
    "# confirmed messages were never delivered, or gone before a consumer had acknowledged them, "
      + "when the queue was proved empty.",
    undelivered: Sentence(
      one: "# confirmed message was never delivered, although the queue was proved empty at the "
        + "end.",
      many: "# confirmed messages were never delivered, although the queue was proved empty at the "
        + "end."),
    evidence: .any, excerpt: ExcerptRules(.unreceived, doubts: .takes))

  fileprivate static let deadLetters = GuaranteeFacts(
    promise: "what expires or is rejected arrives as a dead letter",
    violation: "# dead letter never arrived in the queue for them, although both queues were "
      + "proved empty.",
    "# dead letters never arrived in the queue for them, although both queues were proved empty.",
    excerpt: ExcerptRules(.unreceived, doubts: .takes))

  fileprivate static let integrity = GuaranteeFacts(
    promise: "nothing is delivered that nobody published",
    violation: "# delivery of a message that nobody published, or whose publish had certainly "
      + "failed.",
    "# deliveries of a message that nobody published, or whose publish had certainly failed.",
    evidence: .any, excerpt: ExcerptRules(.none))

  fileprivate static let flaggedRedelivery = GuaranteeFacts(
    promise: "repeated deliveries are marked as such",
    violation: "# message came again without being marked as redelivered.",
    "# messages came again without being marked as redelivered.",
    evidence: .flags, excerpt: ExcerptRules(.nearest, keeps: [.faults, .consumerLosses]))

  fileprivate static let noResurrection = GuaranteeFacts(
    promise: "nothing comes back after its acknowledgement was settled",
    violation: "# message came again after its acknowledgement had been settled.",
    "# messages came again after their acknowledgement had been settled.",
    excerpt: ExcerptRules(.nearest, keeps: [.faults, .consumerLosses]))

  fileprivate static let exclusiveHold = GuaranteeFacts(
    promise: "one consumer at a time holds a message",
    violation: "# time two consumers held the same message at once.",
    "# times two consumers held the same message at once.",
    excerpt: ExcerptRules(.nearest, keeps: [.faults, .consumerLosses]))

  fileprivate static let channelOrder = GuaranteeFacts(
    promise: "a publisher's messages come in publishing order",
    violation: "# first delivery overtook an earlier message of the same publisher.",
    "# first deliveries overtook an earlier message of the same publisher.",
    evidence: .flags, excerpt: ExcerptRules(.none))

  fileprivate static let prefetch = GuaranteeFacts(
    promise: "no consumer holds more messages than its prefetch allows",
    violation: "# time a consumer held more unsettled messages than its prefetch allows.",
    "# times a consumer held more unsettled messages than its prefetch allows.",
    excerpt: ExcerptRules(.nearest, keeps: .consumes, dropsIdleConsumers: true))

  fileprivate static let confirmProtocol = GuaranteeFacts(
    promise: "no publish is answered twice",
    violation: "# publish got no answer where one was due, a second answer, or answers in the "
      + "wrong order.",
    "# publishes got no answer where one was due, a second answer, or answers in the wrong order.",
    excerpt: ExcerptRules(.nearest, keeps: .answers))

  fileprivate static let boundedUnavailability = GuaranteeFacts(
    promise: "no pause is longer than is allowed",
    violation: "# span in which publishers kept trying and nothing was confirmed was longer than "
      + "is allowed.",
    "# spans in which publishers kept trying and nothing was confirmed were longer than is "
      + "allowed.",
    evidence: .times,
    excerpt: ExcerptRules(
      .unfinished,
      reducing: .nothing("a span without success is one only if no other publish succeeded in it")
    ))

  fileprivate static let eventualDrain = GuaranteeFacts(
    promise: "the queue can be emptied after the faults",
    violation: "The queue could not be emptied, and proved empty, within the plan's deadline.",
    "The queue could not be emptied, and proved empty, within the plan's deadline.",
    excerpt: ExcerptRules(.none, reducing: .allMessages, keeps: .proofs))

  fileprivate static let cleanLogs = GuaranteeFacts(
    promise: "the broker logs no crash and no inconsistency of its own",
    violation: "# line of the nodes' logs tells of a crash or an inconsistency of the broker "
      + "itself.",
    "# lines of the nodes' logs tell of a crash or an inconsistency of the broker itself.",
    excerpt: ExcerptRules(.none, reducing: .allMessages, keeps: .logs))

  fileprivate static let linearizableFIFO = GuaranteeFacts(
    promise: "the queue behaves like a single one, first in, first out",
    violation: "The order of publishes and dequeues cannot be that of one first-in-first-out "
      + "queue.",
    "The order of publishes and dequeues cannot be that of one first-in-first-out queue.",
    evidence: .any, excerpt: ExcerptRules(.unfinished, doubts: .all, keeps: .consumes))

  fileprivate static let linearizableBag = GuaranteeFacts(
    promise: "the queue behaves like a single one, in whatever order",
    violation: "What was dequeued cannot have come from one queue, even if order does not matter.",
    "What was dequeued cannot have come from one queue, even if order does not matter.",
    evidence: .any, excerpt: ExcerptRules(.unfinished, doubts: .all, keeps: .consumes))

  fileprivate static let feasibleChains = GuaranteeFacts(
    promise: "deliveries and returns of a message come in an order that can be",
    violation: "# delivery of a message that surely somebody else, or the same consumer, still "
      + "held.",
    "# deliveries of a message that surely somebody else, or the same consumer, still held.",
    excerpt: ExcerptRules(
      .nearest, doubts: .all, keeps: [.faults, .disturbances, .consumes]))

  fileprivate static let emptyWhileReady = GuaranteeFacts(
    promise: "the queue is not called empty while a message is ready",
    violation: "# time the queue was called empty while a message was surely ready in it.",
    "# times the queue was called empty while a message was surely ready in it.",
    excerpt: ExcerptRules(
      .nearest, doubts: .all, keeps: [.faults, .disturbances, .consumes]))

  fileprivate static let exactlyOnceEffect = GuaranteeFacts(
    promise: "a consumer that remembers its work does each message once",
    violation: "# message was done twice by consumers that remember what they have done, or "
      + "never.",
    "# messages were done twice by consumers that remember what they have done, or never.",
    excerpt: ExcerptRules(
      .nearest, doubts: .all, keeps: [.faults, .disturbances, .consumes, .unseenSettlements]))

  fileprivate static let requeuePosition = GuaranteeFacts(
    promise: "what is given back goes to its place, and nothing overtakes",
    violation: "# delivery overtook a message that was before it in the queue and ready.",
    "# deliveries overtook a message that was before them in the queue and ready.",
    excerpt: ExcerptRules(
      .nearest, doubts: .all, keeps: [.faults, .disturbances, .consumes]))

  fileprivate static let replicasAgree = GuaranteeFacts(
    promise: "all replicas hold the same once nothing moves any more",
    violation: "The replicas of the queue held different numbers of messages at the end.",
    "The replicas of the queue held different numbers of messages at the end.",
    excerpt: ExcerptRules(
      .none,
      reducing: .nothing(
        "replicas may be compared only if nothing moved, and every message moves"),
      keeps: .proofs))
}
