/// A property that a queue may promise and a checker can judge.
///
/// Definitions are in docs/checkers.md; the names are those of the command line.
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
