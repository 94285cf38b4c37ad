import Environment
import Harness
import Judging
import Operations

extension StoryTeller {
  /// The life of a message in a few sentences: who published it through which node, who led the
  /// queue and what was broken then, what happened next, how it ended.
  func sentences(
    _ events: [LifeEvent], queue: QueueResult, from: Instant, to: Instant
  ) -> [String] {
    let publish = publish(events)
    let isKnown = !publish.isEmpty || !events.isEmpty
    return
      (publish + [circumstances(queue.description.id, from: from, to: to)]
      + (isKnown ? [deliveries(events)] : []) + [proof(queue.description.id, from: from, to: to)])
      .filter { !$0.isEmpty }
  }

  private func publish(_ events: [LifeEvent]) -> [String] {
    guard
      let begin = events.first(where: { if case .invoked = $0.kind { true } else { false } }),
      case .invoked(let client, _) = begin.kind
    else { return events.isEmpty ? [] : ["No publish of it is in the history."] }
    var node = ""
    var end = "Its publish never ended."
    for event in events {
      switch event.kind {
      case .written(let party, _): node = ", connected to \(self.node(party)),"
      case .ended(let outcome):
        end = words(for: outcome, after: event.at.elapsed(since: begin.at))
      default: break
      }
    }
    return ["Client \(client)\(node) published it at \(Readable.moment(begin.at)).", end]
  }

  private func words(for outcome: Outcome, after time: Duration) -> String {
    let after = Readable.duration(time)
    switch outcome {
    case .ok: return "It was confirmed \(after) later."
    case .fail(.notWritten): return "The publish certainly failed: nothing of it was sent."
    case .fail(.returned): return "The broker returned it \(after) later as unroutable."
    case .info(let doubt): return "The publish ended in doubt \(after) later: \(doubt.words)."
    }
  }

  /// The faults in force and the leader at the beginning, and what was added until the end.
  private func circumstances(_ queue: QueueID, from: Instant, to: Instant) -> String {
    let then = spans.filter { $0.overlaps(from, from) }
    let later = spans.filter { !then.contains($0) && $0.overlaps(from, to) }
    var text =
      then.isEmpty
      ? "No fault was in force then" : "In force then: \(Readable.list(then.map(describe)))"
    if !later.isEmpty { text += "; later \(Readable.list(later.map(describe)))" }
    text += "."
    let leaders = traces.stories.brokerEvents.filter {
      $0.event.kind == .leader && $0.event.queue == queue && $0.event.node != nil
    }
    guard let leader = leaders.last(where: { $0.at <= from }), let node = leader.event.node else {
      return text + " Who led the queue then is not known."
    }
    text +=
      " The queue was led by \(node), as last seen at \(Readable.moment(leader.at))"
    let next = leaders.filter { $0.at > from && $0.at <= to }
    if next.count > 3 { return text + "; the leader changed \(next.count) times until the end." }
    let changes = next.map {
      "by \($0.event.node?.description ?? "?") from \(Readable.moment($0.at))"
    }
    return text + (changes.isEmpty ? "." : ", then \(Readable.list(changes)).")
  }

  private func describe(_ span: FaultSpan) -> String {
    let proof = span.isProved ? "" : ", not proved"
    return "\(span.label) (since \(Readable.moment(span.from))\(proof))"
  }

  private func deliveries(_ events: [LifeEvent]) -> String {
    let deliveries = events.compactMap { event -> String? in
      guard case .delivered(let party, _, _, let redelivered) = event.kind else { return nil }
      let mark = redelivered ? ", marked as redelivered" : ""
      return "to \(text(party)) at \(Readable.moment(event.at))\(mark)"
    }
    if deliveries.isEmpty { return "No consumer ever received it." }
    let shown = Readable.list(Array(deliveries.prefix(4)))
    let more = deliveries.count > 4 ? " and \(deliveries.count - 4) times more" : ""
    let isAcked = events.contains { event in
      if case .settled(_, .ack) = event.kind { true } else { false }
    }
    return "It was delivered \(shown)\(more). "
      + (isAcked ? "It was acknowledged." : "No consumer acknowledged it.")
  }

  private func proof(_ queue: QueueID, from: Instant, to: Instant) -> String {
    let proofs = traces.stories.brokerEvents.filter { record in
      record.event.queue == queue && record.at >= from && record.at <= to
        && (record.event.kind == .drained || record.event.kind == .undrained)
    }
    guard let last = proofs.last else { return "" }
    let detail = last.event.detail.isEmpty ? "" : " (\(last.event.detail))"
    return last.event.kind == .drained
      ? "The queue was proved empty at \(Readable.moment(last.at))\(detail)."
      : "The queue could not be proved empty by \(Readable.moment(last.at))\(detail)."
  }

  /// The message's life in a few words: `published at 16.204 s, confirmed, never received`.
  func gist(_ events: [LifeEvent]) -> String {
    if events.isEmpty { return "" }
    var words: [String] = []
    var deliveries = 0
    for event in events {
      switch event.kind {
      case .invoked: words.append("published at \(Readable.moment(event.at))")
      case .ended(.ok): words.append("confirmed")
      case .ended(.fail): words.append("failed")
      case .ended(.info): words.append("in doubt")
      case .delivered: deliveries += 1
      default: break
      }
    }
    let times = ["never received", "received once", "received twice"]
    words.append(
      deliveries < times.count ? times[deliveries] : "received \(Readable.count(deliveries)) times")
    return words.joined(separator: ", ")
  }

  /// The moments that decide, as marks of a chart.
  func moments(_ events: [LifeEvent], queue: QueueID, to: Instant) -> [Story.Moment] {
    if events.isEmpty { return [] }
    var deliveries = 0
    var moments = events.compactMap { event -> Story.Moment? in
      switch event.kind {
      case .invoked: return Story.Moment(at: event.at, name: "published", shape: .plain)
      case .ended(.ok): return Story.Moment(at: event.at, name: "confirmed", shape: .good)
      case .ended(.fail): return Story.Moment(at: event.at, name: "failed", shape: .bad)
      case .ended(.info): return Story.Moment(at: event.at, name: "in doubt", shape: .plain)
      case .delivered:
        deliveries += 1
        return Story.Moment(
          at: event.at, name: deliveries > 1 ? "again" : "received",
          shape: deliveries > 1 ? .bad : .good)
      case .settled(_, .ack): return Story.Moment(at: event.at, name: "acked", shape: .plain)
      default: return nil
      }
    }
    moments = Array(moments.prefix(Story.markLimit))
    let proof = traces.stories.brokerEvents.last { record in
      record.event.queue == queue && record.event.kind == .drained && record.at <= to
    }
    let isLost = deliveries == 0 && events.contains { $0.kind == .ended(.ok(.confirmed)) }
    if let proof, let last = moments.last, proof.at >= last.at {
      moments.append(
        Story.Moment(
          at: proof.at, name: isLost ? "proved empty: lost" : "proved empty",
          shape: isLost ? .bad : .plain))
    }
    return moments
  }
}
