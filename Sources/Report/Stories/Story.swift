import Environment
import Harness
import Judging
import Operations

/// How one violation came about, step by step, told from the history.
struct Story: Hashable {
  /// A step of the story.
  struct Step: Hashable {
    /// Whom a step is about.
    enum Kind: Hashable {
      /// The message itself.
      case message
      /// What decides the case: the confirm, a wrong delivery, the proof of emptiness.
      case key
      /// A fault, a leader, a phase.
      case context
    }

    var at: Instant
    var kind: Kind
    var text: String
  }

  /// The most steps of a story.
  static let stepLimit = 120

  /// What it is about: `Message 3.210`.
  var title: String
  /// What the checker said.
  var finding: String
  /// The story in sentences.
  var sentences: [String]
  /// When it begins, from which its times count.
  var from: Instant
  /// When it ends.
  var to: Instant
  /// What happened, in order.
  var steps: [Step]
  /// How many steps were left out.
  var omittedSteps: Int
  /// What a chart of it shows; empty if nothing is known of a message.
  var marks: [Moment]
  /// What became of the message, in a few words; empty if nothing is known of one.
  var gist: String
}

/// Tells the stories of a run's violations.
struct StoryTeller {
  let run: RunResult
  let traces: RunTraces
  let spans: [FaultSpan]

  init(_ run: RunResult, _ traces: RunTraces) {
    self.run = run
    self.traces = traces
    spans = run.faultSpans
  }

  /// The stories of a violation, the first witness first.
  func stories(of violation: Violation) -> [Story] {
    violation.storyWitnesses.map { story($0, of: violation) }
  }

  private func story(_ witness: Witness, of violation: Violation) -> Story {
    let queue = violation.queue.description.id
    let life = witness.message.flatMap { traces.stories.life(of: $0) }
    let events = life?.events ?? []
    let from = min(events.first?.at ?? witness.from, witness.from)
    let to = max(events.last?.at ?? witness.to, witness.to, from)
    let message = steps(events)
    let context = context(of: queue, from: from, to: to)
    let steps = Self.merged(message, context)
    let kept = Self.bounded(steps)
    return Story(
      title: title(witness), finding: witness.text,
      sentences: sentences(events, queue: violation.queue, from: from, to: to),
      from: from, to: to, steps: kept,
      omittedSteps: steps.count - kept.count + (life?.omittedEvents ?? 0),
      marks: moments(events, queue: queue, to: to), gist: gist(events))
  }

  private func title(_ witness: Witness) -> String {
    let operations = witness.operations.map(\.description).joined(separator: ", ")
    let suffix = operations.isEmpty ? "" : " (operation \(operations))"
    if let message = witness.message {
      return message == .foreign ? "A foreign message" : "Message \(message)\(suffix)"
    }
    if witness.from == witness.to { return "At \(Readable.moment(witness.from))\(suffix)" }
    return "From \(Readable.moment(witness.from)) to \(Readable.moment(witness.to))\(suffix)"
  }

  /// Both lists by time; at the same instant the context comes first.
  private static func merged(_ message: [Story.Step], _ context: [Story.Step]) -> [Story.Step] {
    let all = context + message
    return all.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// The first and the last steps, and of what is left out in between no message's.
  private static func bounded(_ steps: [Story.Step]) -> [Story.Step] {
    var excess = steps.count - Story.stepLimit
    if excess <= 0 { return steps }
    return steps.filter { step in
      guard excess > 0, step.kind == .context else { return true }
      excess -= 1
      return false
    }
  }
}

extension Readable {
  /// An instant since the run's origin to the millisecond: `16.204 s`.
  static func moment(_ instant: Instant) -> String {
    let milliseconds = instant.nanoseconds.magnitude / 1_000_000
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    let sign = instant.nanoseconds < 0 && milliseconds > 0 ? "-" : ""
    return "\(sign)\(milliseconds / 1000).\(fraction) s"
  }
}
