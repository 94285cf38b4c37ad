/// What a shape did to one direction since it was asked for: the evidence for it.
///
/// A chunk is what one read brought, and is held from then until it is written, so also while the
/// direction is cut or stands still, or its receiver takes nothing. Bytes that the relay held
/// already when the shape came are not counted.
package struct ShapeStatus: Hashable, Sendable {
  /// The shape.
  package var shape: LinkShape
  /// How long it has been in force.
  package var age: Duration
  /// Bytes and chunks handed on, and the times for which they were held. With a limit of bytes per
  /// second, never more bytes than `age` allows.
  package var tally: HoldTally
  /// Whether the direction stands still now, for one of the shape's stalls.
  package var standsStill: Bool
  /// Stalls that are over.
  package var stalls: UInt64
  /// How long they lasted together.
  package var stoodStill: Duration

  /// What a shape did.
  package init(
    shape: LinkShape, age: Duration, tally: HoldTally, standsStill: Bool = false,
    stalls: UInt64 = 0, stoodStill: Duration = .zero
  ) {
    self.shape = shape
    self.age = age
    self.tally = tally
    self.standsStill = standsStill
    self.stalls = stalls
    self.stoodStill = stoodStill
  }
}
