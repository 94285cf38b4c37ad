/// A figure that a checker gives of every queue; the raw value is its name in results.json, in
/// expectations and in the lines of `stoat check`.
///
/// The order is that in which reports show them; what each means is said by `MeasureCatalogue` and
/// defined in docs/checkers.md.
public enum MeasureName: String, Hashable, Sendable, CaseIterable {
  /// Messages that publishers tried to publish.
  case attempts
  /// The broker told the publisher that it has the message.
  case confirmed
  /// Confirmed and received by a consumer at least once.
  case delivered
  /// Confirmed, yet no consumer ever got it, although the queue was proved empty.
  case lost
  /// Confirmed and received from the queue for dead letters only.
  case deadLettered = "dead-lettered"
  /// Not confirmed, yet received (allowed).
  case recovered
  /// Not confirmed and never received (allowed).
  case vanished
  /// Certainly not published: nothing of it was sent.
  case refused
  /// Sent back by the broker as unroutable.
  case returned
  /// Sent and not received, but not proved gone, or perhaps taken in doubt: open.
  case undrained
  /// Nobody can tell whether it was published: no answer, or a negative one.
  case doubtful
  /// Delivered again without the mark that it is a redelivery.
  case unflagged
  /// Delivered more than once, marked as such (allowed).
  case redelivered
  /// Delivered, though nobody published it.
  case phantom
  /// First deliveries that overtook an earlier message of the same publisher.
  case outOfOrder = "out-of-order"
  /// Two consumers held the same message at the same time.
  case overlappingHolds = "overlapping-holds"
  /// Delivered again after a consumer had acknowledged it.
  case deliveredAfterAck = "delivered-after-ack"
  /// Delivered, though its publish certainly failed.
  case failedYetDelivered = "failed-yet-delivered"
  /// Delivered again after its ack was settled by a proof of emptiness.
  case resurrected
  /// Confirmed and delivered, never acknowledged, and gone when proved empty.
  case droppedUnacknowledged = "dropped-unacknowledged"
  /// Discarded by a consumer, and never received as a dead letter.
  case lostDeadLetter = "lost-dead-letter"
  /// Received as a dead letter more than once, unmarked.
  case deadLetteredAgain = "dead-lettered-again"
  /// Messages of other queues that were received here as dead letters.
  case deadLettersIn = "dead-letters-in"
  /// Messages of this queue that were received elsewhere as dead letters.
  case deadLettersOut = "dead-letters-out"
  /// Times at which a consumer held more than its prefetch allows.
  case overPrefetch = "over-prefetch"
  /// Everything that consumers received.
  case deliveries
  /// Deliveries that were the first of their message.
  case firstDeliveries = "first-deliveries"
  /// Messages delivered more than once.
  case duplicated
  /// Unmarked repeats that may have been sent before the marked ones.
  case ambiguousRepeats = "ambiguous-repeats"
  /// Pairs of holds that may have overlapped and may not have.
  case possibleOverlaps = "possible-overlaps"
  /// Dequeues and drains of which nobody can tell what they took.
  case takenInDoubt = "taken-in-doubt"
  /// Messages with an acked delivery.
  case effects
  /// Messages with several acked deliveries (allowed; consumers must deduplicate).
  case ackedAgain = "acked-again"
  /// The most acked deliveries of a message.
  case mostAcks = "most-acks"
  /// Acked deliveries that were sent after an earlier ack was settled.
  case effectsAfterSettledAck = "effects-after-settled-ack"
  /// Gets, takes and drains that found the queue empty.
  case emptyAnswers = "empty-answers"
  /// Deliveries that surely overtook an older message that was ready.
  case overtakingDeliveries = "overtaking-deliveries"
  /// Messages that were surely overtaken while ready.
  case overtaken
  /// The most messages that one delivery overtook, at least.
  case mostOvertaken = "most-overtaken"
  /// Gets and takes that brought a message or found the queue empty.
  case answeredDequeues = "answered-dequeues"
  /// Gets and takes of which nobody can tell what they took.
  case dequeuesInDoubt = "dequeues-in-doubt"
  /// Drains of which nobody can tell what they took.
  case drainsInDoubt = "drains-in-doubt"
  /// Confirms of either kind that came.
  case answers
  /// Confirms that answered several publishes at once.
  case multipleAnswers = "multiple-answers"
  /// Publishes that got a negative confirm.
  case nacked
  /// Messages sent back as unroutable.
  case returns
  /// Publishes that never got an answer.
  case unanswered
  /// Longest time in which publishers kept trying and nothing was confirmed.
  case longestUnavailability = "longest-unavailability"
}
