namespace ReelBallers.Jobs.Tests;

/// <summary>An order.</summary>
/// <param name="Key">Its idempotency key.</param>
/// <param name="WithOverlay">Whether it draws over the picture.</param>
/// <param name="Insists">Whether the key is repeated however long an earlier attempt holds it; otherwise there is a new one.</param>
internal sealed record StormOrder(string Key, bool WithOverlay, bool Insists);
