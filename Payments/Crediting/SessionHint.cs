namespace ReelBallers.Payments;

/// <summary>What an event adds to the session itself, whose fields do not tell a failed bank transfer from a pending one.</summary>
internal enum SessionHint
{
    None,
    AsyncPaymentFailed,
}
