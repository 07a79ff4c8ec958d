namespace ReelBallers.Worker;

/// <summary>A picture as packed RGB, and when it is shown, in ticks of <see cref="NutWriter.Clock"/>.</summary>
internal readonly record struct TimedPicture(long Time, byte[] Pixels);

/// <summary>
/// What a model does with the pictures of a video, one after the other. A result is used before the next one is asked for, so its
/// buffer may be used again.
/// </summary>
internal interface IFrameStage
{
    /// <summary>The size of the results.</summary>
    FrameSize ResultSize { get; }

    /// <param name="picture">The next one. It stays as it is until the one after the next is given.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The pictures to show from now on.</returns>
    IEnumerable<TimedPicture> Next(TimedPicture picture, CancellationToken cancellationToken);

    /// <returns>What is left to show at the end.</returns>
    IEnumerable<TimedPicture> End();
}
