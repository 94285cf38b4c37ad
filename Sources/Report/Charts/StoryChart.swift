import Environment
import Judging
import Operations

/// The course of a message on the run's time axis: phases, faults, leaders, what happened to it.
struct StoryChart {
  let story: Story
  let teller: StoryTeller
  /// The id of its elements.
  let id: String
  /// The queue whose leaders are shown.
  let queue: QueueID

  /// The chart; nil if nothing of the message is known.
  var chart: Chart? {
    if story.marks.isEmpty { return nil }
    let marks = story.marks.map { Chart.Mark(at: $0.at, label: $0.name, shape: $0.shape) }
    let words = marks.map { "\($0.label) at \(Readable.moment($0.at))" }
    return Chart(
      id: id, title: "\(story.title) over time", description: Readable.list(words) + ".",
      time: TimeAxis(end: teller.traces.series.end - .zero),
      phases: teller.run.timeline.phases.filter { $0.phase != .done }.map(\.segment),
      leaders: RunCharts.leaders(of: queue, teller.traces),
      bands: teller.spans.map(\.band), marks: marks)
  }
}

extension Story {
  /// A moment of the message's life that deserves a mark.
  struct Moment: Hashable {
    var at: Instant
    var name: String
    var shape: Chart.Mark.Shape
  }

  /// The most marks that a chart can bear.
  static let markLimit = 8
}
