using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Payments.Data.Migrations
{
    /// <inheritdoc />
    public partial class Figures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_payment_events_created_at",
                table: "payment_events",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_payment_events_disputes",
                table: "payment_events",
                columns: new[] { "reference", "sequence" },
                filter: "type IN (4, 5, 6)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_payment_events_created_at",
                table: "payment_events");

            migrationBuilder.DropIndex(
                name: "ix_payment_events_disputes",
                table: "payment_events");
        }
    }
}
