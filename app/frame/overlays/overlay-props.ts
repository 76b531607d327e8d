export interface OverlayProps {
  faults: boolean;
  open: boolean;
  onOpen: (open: boolean) => void;
}
