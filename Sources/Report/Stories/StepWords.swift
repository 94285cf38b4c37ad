import Checkers
import Judging
import Operations

/// Puts single events of a history into words, for stories and explanations.
struct StepWords {
  /// What everything else is called.
  var names = HistoryNames.own
  /// What a queue is called: `the mirrored queue`.
  let label: (QueueID) -> String

  func words(
    for event: LifeEvent, of message: MessageID? = nil, delivery: Int,
    after earlier: ArraySlice<LifeEvent>
  ) -> (text: String, isKey: Bool) {
    switch event.kind {
    case .invoked(let client, let queue):
      let who = message.map { names.name(of: client, publishing: $0) } ?? "client \(client)"
      return ("\(who) decided to publish it to \(label(queue))", false)
    case .written(let party, let sequence):
      let number = sequence > 0 ? ", as publish \(sequence) of that session" : ""
      return ("first byte handed to the connection to \(node(party))\(number)", false)
    case .ended(let outcome): return (words(for: outcome), outcome == .ok(.confirmed))
    case .answered(let party, let positive, let multiple):
      let with = multiple ? ", together with earlier publishes" : ""
      let word = positive ? "confirmed" : "refused"
      return ("\(node(party)) \(word) it\(with), when the publish had another end already", true)
    case .returned(let party): return ("\(node(party)) returned it as unroutable", true)
    case .delivered(let party, let queue, let tag, let redelivered):
      let mark = redelivered ? "marked as redelivered" : "not marked as redelivered"
      let tags = names.areImported ? "" : ", tag \(tag)"
      let flags = names.knowsFlags ? ", \(mark)" : ""
      let from = queue.map { " from \(label($0))" } ?? ""
      let again = delivery > 1 ? "delivered again" : "delivered"
      let text = "\(again)\(from) to \(text(party))\(tags)\(flags)"
      return (text, delivery > 1 || Self.isFailed(earlier))
    case .settled(let party, let kind): return ("\(client(party)) \(kind.words)", kind.isFinal)
    case .holdLost(let party, let reason):
      let why = reason.isEmpty ? "" : " (\(reason))"
      return ("\(text(party)) lost its session\(why) with the message unsettled", false)
    }
  }

  /// Whether the publish was never made or had failed, so that any delivery is wrong.
  private static func isFailed(_ events: ArraySlice<LifeEvent>) -> Bool {
    var wasInvoked = false
    for event in events {
      if case .invoked = event.kind { wasInvoked = true }
      if case .ended(.fail) = event.kind { return true }
    }
    return !wasInvoked
  }

  private func words(for outcome: Outcome) -> String {
    switch outcome {
    case .ok(.confirmed): "confirmed"
    case .ok: "accepted"
    case .fail where names.areImported: "the publish failed"
    case .info where names.areImported: "the publish ended in doubt"
    case .fail(.notWritten): "the publish failed: nothing of it was sent"
    case .fail(.returned): "the publish failed: returned as unroutable"
    case .info(let doubt): "the publish ended in doubt: \(doubt.words)"
    }
  }

  func words(for fault: FaultEvent) -> String {
    let nodes = fault.nodes.map(\.description).joined(separator: "+")
    let what = nodes.isEmpty ? fault.name : "\(fault.name) \(nodes)"
    let detail = fault.detail.isEmpty ? "" : " (\(fault.detail))"
    switch fault.stage {
    case .began: return "\(what) began"
    case .proved: return "\(what) proved\(detail)"
    case .unproved: return "\(what) done, its effect not seen\(detail)"
    case .failed: return "\(what) failed\(detail)"
    }
  }

  func words(for event: BrokerEvent) -> String {
    let node = event.node.map { "\($0) " } ?? ""
    let detail = event.detail.isEmpty ? "" : " (\(event.detail))"
    switch event.kind {
    case .leader: return "\(node)was seen to lead the queue\(detail)"
    case .drained: return "the queue was proved empty\(detail)"
    case .undrained: return "the queue could not be proved empty\(detail)"
    case .nodeUp: return "\(node)was seen to serve clients\(detail)"
    case .nodeDown: return "\(node)was seen to be down\(detail)"
    case .bootRetried: return "\(node)hung in boot and was started again\(detail)"
    case .healed: return "no node reported a partition any more\(detail)"
    case .partitioned: return "a node reported a partition\(detail)"
    case .unsynchronised: return "a mirror lacked messages\(detail)"
    case .synchronised: return "all mirrors had everything\(detail)"
    case .logged: return "\(node)logged\(detail)"
    case .nodeState: return "\(node)was seen\(detail)"
    }
  }

  /// `client 4 on n2`.
  func text(_ party: Party) -> String {
    names.areImported ? client(party) : "\(client(party)) on \(node(party))"
  }

  func client(_ party: Party) -> String {
    if names.areImported { return names.name(of: party.session) }
    return party.client.map { "client \($0)" } ?? "the client of session \(party.session)"
  }

  func node(_ party: Party) -> String { party.node?.description ?? "an unknown node" }
}

extension Doubt {
  /// Why nobody can tell, for people.
  var words: String {
    switch self {
    case .timeout: "no answer before the deadline"
    case .connectionLost: "the connection was lost"
    case .channelClosed(let code): "the broker closed the channel (\(code))"
    case .nacked: "a negative confirm"
    case .runEnded: "the run ended first"
    }
  }
}

extension SettlementKind {
  fileprivate var words: String {
    switch self {
    case .ack: "acknowledged it"
    case .requeue: "gave it back to the queue"
    case .discard: "threw it away"
    case .reject: "rejected it back to the queue"
    }
  }
}
