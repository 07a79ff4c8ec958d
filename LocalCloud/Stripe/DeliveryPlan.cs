namespace ReelBallers.LocalCloud.Stripe;

/// <summary>
/// How an event is to be delivered, with the faults that struck it. One that is to come after the event that follows it waits for
/// <c>HeldUntilNext</c>, which that event's delivery sets.
/// </summary>
internal sealed record DeliveryPlan(
    string EventId, string Type, bool IsDropped, int Copies, TimeSpan Delay, TaskCompletionSource? HeldUntilNext);
