namespace ReelBallers.Payments;

/// <summary>What an event adds to the session, whose fields do not distinguish a failed bank transfer from a pending one.</summary>
internal enum SessionHint
{
    None,
    AsyncPaymentFailed,
}
