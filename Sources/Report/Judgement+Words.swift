import Harness
import Judging
import Operations

extension Finding? {
  /// `held`, `violated (97)`, `unknown`, `not exercised`; a dash where nobody judged.
  var words: String {
    guard let finding = self else { return Readable.absent }
    guard finding.judgement == .violated, finding.violations > 0 else {
      return finding.judgement.name
    }
    return "\(finding.judgement.name) (\(Readable.count(finding.violations)))"
  }

  /// The tone in which a judgement is shown; what is not required is never alarming.
  func tone(isRequired: Bool) -> Tone {
    switch self?.judgement {
    case .held: .good
    case .violated: isRequired ? .bad : .doubtful
    case .unknown: .doubtful
    case .notExercised, nil: isRequired ? .doubtful : .faint
    }
  }
}

extension Verdict {
  /// The tone in which a verdict is shown.
  var tone: Tone {
    switch self {
    case .valid: .good
    case .unknown: .doubtful
    case .invalid: .bad
    }
  }
}

extension Guarantee {
  /// What `count` violations of it mean, as a whole sentence in plain words; `undelivered` says
  /// whether all of them are messages that no consumer ever got.
  func violationSentence(_ count: Int, undelivered: Bool) -> String {
    let many = count != 1
    switch self {
    case .atLeastOnce:
      let text =
        "\(Readable.counted(count, "confirmed message")) \(many ? "were" : "was") never "
      if undelivered {
        return text + "delivered, although the queue was proved empty at the end."
      }
      return text + "delivered, or gone before a consumer had acknowledged "
        + "\(many ? "them" : "it"), when the queue was proved empty."
    case .deadLetters:
      return "\(Readable.counted(count, "dead letter")) never arrived in the queue for them, "
        + "although both queues were proved empty."
    case .integrity:
      return "\(Readable.counted(count, "delivery", "deliveries")) of a message that nobody "
        + "published, or whose publish had certainly failed."
    case .flaggedRedelivery:
      return "\(Readable.counted(count, "message")) came again without being marked as redelivered."
    case .noResurrection:
      return "\(Readable.counted(count, "message")) came again after \(many ? "their" : "its") "
        + "acknowledgement had been settled."
    case .exclusiveHold:
      return "\(Readable.counted(count, "time")) two consumers held the same message at once."
    case .channelOrder:
      return "\(Readable.counted(count, "first delivery", "first deliveries")) overtook an earlier "
        + "message of the same publisher."
    case .confirmProtocol:
      return "\(Readable.counted(count, "publish", "publishes")) got no answer where one was due, "
        + "a second answer, or answers in the wrong order."
    case .boundedUnavailability:
      return
        "\(Readable.counted(count, "span")) in which publishers kept trying and nothing was "
        + "confirmed \(many ? "were" : "was") longer than is allowed."
    case .eventualDrain:
      return "The queue could not be emptied, and proved empty, within the plan's deadline."
    case .prefetch:
      return "\(Readable.counted(count, "time")) a consumer held more unsettled messages than its "
        + "prefetch allows."
    case .cleanLogs:
      return
        "\(Readable.counted(count, "line")) of the nodes' logs \(many ? "tell" : "tells") of a "
        + "crash or an inconsistency of the broker itself."
    case .linearizableFIFO:
      return "The order of publishes and dequeues cannot be that of one first-in-first-out queue."
    case .linearizableBag:
      return "What was dequeued cannot have come from one queue, even if order does not matter."
    case .feasibleChains, .emptyWhileReady, .exactlyOnceEffect, .requeuePosition, .replicasAgree:
      return redeliverySentence(count)
    }
  }

  /// What it promises, in a few words.
  var promise: String {
    switch self {
    case .atLeastOnce: "every confirmed message is delivered"
    case .deadLetters: "what expires or is rejected arrives as a dead letter"
    case .integrity: "nothing is delivered that nobody published"
    case .flaggedRedelivery: "repeated deliveries are marked as such"
    case .noResurrection: "nothing comes back after its acknowledgement was settled"
    case .exclusiveHold: "one consumer at a time holds a message"
    case .channelOrder: "a publisher's messages come in publishing order"
    case .confirmProtocol: "no publish is answered twice"
    case .boundedUnavailability: "no pause is longer than is allowed"
    case .eventualDrain: "the queue can be emptied after the faults"
    case .prefetch: "no consumer holds more messages than its prefetch allows"
    case .cleanLogs: "the broker logs no crash and no inconsistency of its own"
    case .linearizableFIFO: "the queue behaves like a single one, first in, first out"
    case .linearizableBag: "the queue behaves like a single one, in whatever order"
    case .feasibleChains: "deliveries and returns of a message come in an order that can be"
    case .emptyWhileReady: "the queue is not called empty while a message is ready"
    case .exactlyOnceEffect: "a consumer that remembers its work does each message once"
    case .requeuePosition: "what is given back goes to its place, and nothing overtakes"
    case .replicasAgree: "all replicas hold the same once nothing moves any more"
    }
  }

  /// The same for guarantees about what is given back, and what comes of it.
  private func redeliverySentence(_ count: Int) -> String {
    let many = count != 1
    switch self {
    case .feasibleChains:
      return "\(Readable.counted(count, "delivery", "deliveries")) of a message that surely "
        + "somebody else, or the same consumer, still held."
    case .emptyWhileReady:
      return "\(Readable.counted(count, "time")) the queue was called empty while a message was "
        + "surely ready in it."
    case .exactlyOnceEffect:
      return "\(Readable.counted(count, "message")) \(many ? "were" : "was") done twice by "
        + "consumers that remember what they have done, or never."
    case .requeuePosition:
      return "\(Readable.counted(count, "delivery", "deliveries")) overtook a message that was "
        + "before \(many ? "them" : "it") in the queue and ready."
    default: return "The replicas of the queue held different numbers of messages at the end."
    }
  }
}
