namespace ReelBallers.Wallet;

/// <summary>Commands of one submission that succeed or fail together; usually one.</summary>
internal readonly record struct LinkedCommands(Submission Submission, int Offset, int Length)
{
    public ArraySegment<Command> Commands => new(Submission.Commands, Offset, Length);
}
