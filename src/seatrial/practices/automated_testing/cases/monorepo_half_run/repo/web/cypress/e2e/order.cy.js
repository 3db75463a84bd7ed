describe('order', () => {
  it('orders', () => { cy.visit('/'); });
});
