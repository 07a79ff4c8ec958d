namespace ReelBallers.Wallet;

/// <summary>Commands of one submission that succeed or fail together; usually one.</summary>
internal readonly record struct LinkedCommands(Submission Submission, int Offset, int Length)
{
    /// <summary>Whether it is a join, which is never linked.</summary>
    public bool IsJoin => Length == 1 && Submission.Commands[Offset] is JoinWallets;

    public ArraySegment<Command> Commands => new(Submission.Commands, Offset, Length);
}
