namespace ReelBallers.LocalCloud.Stripe;

/// <summary>
/// How an event is to be delivered, with its faults. An event that is to follow the next one waits for
/// <c>HeldUntilNext</c>, which that event's delivery sets.
/// </summary>
internal sealed record DeliveryPlan(
    string EventId, string Type, bool IsDropped, int Copies, TimeSpan Delay, TaskCompletionSource? HeldUntilNext);
